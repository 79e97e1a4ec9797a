"""camera.py PORT: a camera as rtsp://127.0.0.1:PORT/…, audio alone, in L16.

/two has two audio streams, the second ten times as loud as the first. /again
sends 48 kHz in stereo; on SIGUSR1 it drops its clients and has 16 kHz in mono,
as a camera does that is set up again."""
import signal
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

AUDIO = ("audiotestsrc is-live=true freq=437 volume=%s samplesperbuffer=480"
         " ! audio/x-raw,rate=%d,channels=%d ! audioconvert"
         " ! rtpL16pay name=pay%d pt=%d ")


def add(server, path, *streams):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch("( " + "".join(streams) + ")")
    server.get_mount_points().add_factory(path, factory)
    return factory


def set_up_again(server, factory):
    factory.set_launch("( " + AUDIO % ("0.3", 16000, 1, 0, 96) + ")")
    for client in server.client_filter(None):
        client.close()
    return True


Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
add(server, "/two", AUDIO % ("0.05", 48000, 1, 0, 96), AUDIO % ("0.5", 48000, 1, 1, 97))
again = add(server, "/again", AUDIO % ("0.3", 48000, 2, 0, 96))
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, set_up_again, server, again)
server.attach(None)
GLib.MainLoop().run()
