import { connect } from 'node:net';

// A process that sends requests when it is told how many: on several connections, on each when the one before is answered.

const [port, connections, request] = process.argv.slice(2);
const sockets = Array.from({ length: Number(connections) }, () => connect(Number(port), '127.0.0.1').setNoDelay());
let left = 0;
let open = 0;

for (const socket of sockets) {
  socket.on('data', (chunk) => {
    // Responses are so small that each comes in one piece.
    if (chunk.toString('latin1', 9, 12) !== '200') throw new Error(`The application answered ${chunk}`);
    if (left > 0) {
      left--;
      socket.write(request);
    } else if (--open === 0) {
      process.send('done');
    }
  });
}

process.on('message', (times) => {
  open = Math.min(times, sockets.length);
  left = times - open;
  for (const socket of sockets.slice(0, open)) socket.write(request);
});
process.on('disconnect', () => process.exit());
await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
process.send('ready');
