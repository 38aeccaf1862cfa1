import { describe, expect, it } from 'vitest';
import { type Allow, allowedCommands, refuseAddress, refuseFile } from './allow.ts';

const command = { argv: ['/opt/shop/run'], timeoutSeconds: 60, environment: {} };
const listed: Allow = {
  haproxySockets: ['/run/haproxy.sock', 'tcp:10.0.0.9:9999'],
  urls: ['http://10.0.0.5:9090', 'http://shop:8080/metrics/'],
  commands: { shop: { start: command, stop: command, check: command } },
  files: ['/etc/slipway/prometheus-token'],
};

describe('the allow list', () => {
  it.each([
    'unix:/run/haproxy.sock',
    'tcp:10.0.0.9:9999',
    'http://10.0.0.5:9090',
    'http://10.0.0.5:9090/api/v1/query',
    'http://shop:8080/metrics',
    'http://shop:8080/metrics/jvm',
  ])('lets the agent open %s when its owner listed it', (address) => {
    expect(refuseAddress(listed, address)).toBeNull();
  });

  it.each([
    'unix:/run/other.sock',
    'unix:/run/haproxy.sock/../docker.sock',
    'tcp:10.0.0.9:99990',
    'http://10.0.0.5:9091',
    'https://10.0.0.5:9090',
    'http://10.0.0.5:9090@evil.example/',
    'http://user:secret@10.0.0.5:9090/',
    'http://shop:8080/metricsx',
    'http://shop:8080/metrics/../admin',
    'http://shop:8080/',
    'http://127.0.0.1:9090',
    'file:///etc/passwd',
    'not an address',
  ])('refuses %s, which nobody listed', (address) => {
    expect(refuseAddress(listed, address)).toMatch(/not on this agent's allow list: .* add it under allow\./);
  });

  it.each([
    'unix:/tmp/haproxy.sock',
    'tcp:127.0.0.1:9999',
    'http://localhost:1',
    'http://[::1]:9090',
    'http://127.8.9.1',
  ])('lets an agent without a list open %s on its own host', (address) => {
    expect(refuseAddress('local', address)).toBeNull();
  });

  it.each([
    'http://10.0.0.5',
    'tcp:example.org:9999',
    'http://localhost.example.org',
    'http://127.0.0.1.example.org',
    'http://0.0.0.0:9090',
    'http://[::ffff:10.0.0.5]:80',
    'http://169.254.169.254/latest/meta-data',
  ])('refuses %s to an agent without a list', (address) => {
    expect(refuseAddress('local', address)).not.toBeNull();
  });

  it('allows no command and no file unless it is listed', () => {
    expect(allowedCommands('local')).toEqual({});
    expect(Object.keys(allowedCommands(listed))).toEqual(['shop']);
    expect(refuseFile('local', '/etc/passwd')).not.toBeNull();
    expect(refuseFile(listed, '/etc/slipway/../passwd')).not.toBeNull();
    expect(refuseFile(listed, '/etc/slipway/prometheus-token')).toBeNull();
  });
});
