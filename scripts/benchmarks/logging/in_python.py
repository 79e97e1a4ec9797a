"""Python's RotatingFileHandler, which writes every record at once."""

import json
import logging
import logging.handlers
import platform
import sys
import time

job = json.loads(sys.argv[1])
with open(job["lines"], encoding="utf-8") as file:
    lines = file.read().split("\n")[:-1]
handler = logging.handlers.RotatingFileHandler(
    job["folder"] + "/log",
    maxBytes=job["limit"],
    backupCount=job["backups"],
    encoding="utf-8",
)
handler.setFormatter(logging.Formatter("%(message)s"))
logger = logging.getLogger("bench")
logger.setLevel(logging.DEBUG)
logger.propagate = False
logger.addHandler(handler)
start = time.perf_counter()
for line in lines:
    logger.info(line)
handler.close()
seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "runtime": "Python " + platform.python_version()}))
