"""Member or exporter of a service of Python processes: counts all the time, or serves the metrics of all processes."""

import os
import struct
import sys
import threading
import time

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

INCREMENTS = 10
TICK_SECONDS = 0.02


def count(truth_file):
    events = Counter("chaos_events", "Events.", ["kind"])
    durations = Histogram("chaos_duration_seconds", "Durations.")
    truth = os.open(truth_file, os.O_WRONLY | os.O_CREAT, 0o600)
    commands = []

    def read():
        for line in sys.stdin:
            commands.append(line.split())
        os._exit(1)

    threading.Thread(target=read, daemon=True).start()
    print("ready", flush=True)
    made = 0
    while True:
        if commands:
            command, milliseconds = commands.pop(0)
            if command == "exit":
                sys.exit(0)
            time.sleep(float(milliseconds) / 1000)
        for _ in range(INCREMENTS):
            events.labels("even" if made % 2 == 0 else "odd").inc()
            durations.observe((made % 100 + 1) / 50)
            made += 1
            os.pwrite(truth, struct.pack("<d", made), 0)
        time.sleep(TICK_SECONDS)


def serve():
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            try:
                registry = CollectorRegistry()
                MultiProcessCollector(registry)
                status, body = 200, generate_latest(registry)
            except Exception as error:
                status, body = 500, repr(error).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}/metrics", flush=True)
    server.serve_forever()


if sys.argv[1] == "count":
    count(sys.argv[2])
else:
    serve()
