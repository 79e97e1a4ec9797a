"""rtsp_server.py PORT LOSS: serves numbered samples, s16le in stereo at 48 kHz on
its standard input, as rtsp://127.0.0.1:PORT/numbers. It drops the share LOSS of
the packets. GStreamer has no command line tool for this."""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

PARSE = ("rawaudioparse use-sink-caps=false format=pcm pcm-format=s16le "
         "sample-rate=48000 num-channels=2")
SOURCE = ("fdsrc do-timestamp=true blocksize=3840 ! " + PARSE +
          " ! audioconvert ! queue name=out")


class Factory(GstRtspServer.RTSPMediaFactory):
    def do_create_element(self, url):
        media = Gst.parse_launch("( " + SOURCE + " )")
        pay = Gst.parse_bin_from_description(
            "rtpL16pay pt=98 max-ptime=10000000 ! identity drop-probability=" + sys.argv[2], True)
        pay.set_name("pay0")
        media.add(pay)
        media.get_by_name("out").link(pay)
        return media


Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
factory = Factory()
factory.set_shared(True)
server.get_mount_points().add_factory("/numbers", factory)
server.attach(None)
GLib.MainLoop().run()
