"""A file system in a folder, whose changes fail while a control file says so.

Usage: faulty_disk.py FOLDER MOUNT CONTROL

The control file has the name of an error, such as EDQUOT or EROFS, or nothing.
Then everything works, and the free space is that of the disk below.
"""

import errno
import os
import sys

# Debian's name of the module.
from fusepy import FUSE, FuseOSError, Operations


class FaultyDisk(Operations):
    def __init__(self, folder, control):
        self.folder = folder
        self.control = control

    def below(self, path):
        return os.path.join(self.folder, path.lstrip("/"))

    def change(self):
        with open(self.control) as control:
            name = control.read().strip()
        if name:
            raise FuseOSError(getattr(errno, name))

    def access(self, path, mode):
        if not os.access(self.below(path), mode):
            raise FuseOSError(errno.EACCES)

    def getattr(self, path, fh=None):
        facts = os.lstat(self.below(path))
        names = ("atime", "ctime", "gid", "mode", "mtime", "nlink", "size", "uid")
        return {"st_" + name: getattr(facts, "st_" + name) for name in names}

    def readdir(self, path, fh):
        return [".", ".."] + os.listdir(self.below(path))

    def readlink(self, path):
        return os.readlink(self.below(path))

    def statfs(self, path):
        facts = os.statvfs(self.below(path))
        names = (
            "bavail", "bfree", "blocks", "bsize", "favail", "ffree", "files",
            "flag", "frsize", "namemax",
        )
        return {"f_" + name: getattr(facts, "f_" + name) for name in names}

    def open(self, path, flags):
        if flags & (os.O_WRONLY | os.O_RDWR):
            self.change()
        return os.open(self.below(path), flags)

    def read(self, path, size, offset, fh):
        return os.pread(fh, size, offset)

    def release(self, path, fh):
        os.close(fh)

    def create(self, path, mode, fi=None):
        self.change()
        return os.open(self.below(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

    def write(self, path, data, offset, fh):
        self.change()
        return os.pwrite(fh, data, offset)

    def truncate(self, path, length, fh=None):
        self.change()
        os.truncate(self.below(path), length)

    def fsync(self, path, datasync, fh):
        os.fsync(fh)

    def chmod(self, path, mode):
        self.change()
        os.chmod(self.below(path), mode)

    def chown(self, path, uid, gid):
        self.change()
        os.chown(self.below(path), uid, gid)

    def mkdir(self, path, mode):
        self.change()
        os.mkdir(self.below(path), mode)

    def rename(self, old, new):
        self.change()
        os.rename(self.below(old), self.below(new))

    def rmdir(self, path):
        self.change()
        os.rmdir(self.below(path))

    def unlink(self, path):
        self.change()
        os.unlink(self.below(path))

    def utimens(self, path, times=None):
        self.change()
        os.utime(self.below(path), times)


folder, mount, control = sys.argv[1:]
FUSE(FaultyDisk(folder, control), mount, foreground=True, default_permissions=True)
