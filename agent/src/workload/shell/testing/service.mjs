/** A small HTTP service that says which version it is. Arguments: file to write its address to, version, digest. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [file, version, digest] = process.argv.slice(2);
const server = createServer((_, response) =>
  response.end(JSON.stringify({ version, digest, healthy: true })),
);
server.listen(0, '127.0.0.1', () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, port: server.address().port }));
});
