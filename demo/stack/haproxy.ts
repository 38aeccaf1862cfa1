import type { ClusterState } from './state.ts';

/** The configuration of one cluster's HAProxy: two servers behind one address, weights changeable over the socket. */
export const haproxyConfig = (cluster: ClusterState, socket: string): string => `global
  stats socket ${socket} mode 600 level admin
  maxconn 4000

defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  timeout http-keep-alive 30s
  option redispatch
  retries 2

frontend web
  bind 127.0.0.1:${cluster.routerPort}
  default_backend shop

backend shop
  balance roundrobin
  option httpchk GET /healthz
  http-check expect status 200
  server stable 127.0.0.1:${cluster.stablePort} check inter 500ms rise 1 fall 2 weight 100
  server canary 127.0.0.1:${cluster.canaryPort} check inter 500ms rise 1 fall 2 weight 0
`;
