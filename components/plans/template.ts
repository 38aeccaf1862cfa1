/** A plan to start from, that reads as sentences. `service` null: for any service. */
export const planTemplate = (name: string, service: string | null): string => `apiVersion: slipway/v1
kind: Plan
metadata:
  name: ${name}${service ? `\n  service: ${service}` : ''}
spec:
  strategy: canary
  stages:
    - { name: first, share: 5%, bake: { min: 2m, max: 30m }, gate: evidence }
    - { name: more, share: 25%, bake: { min: 5m, max: 60m }, gate: evidence }
    - { name: all, share: 100%, watch: 10m }
  analysis:
    # The chance that a healthy canary is ever rolled back.
    alpha: 0.01
    warmup: 90s
    every: 5s
    metrics:
      - { name: errors, margin: 10%, weight: 1 }
  rollback: { automatic: true, onAgentLost: pause }
  whenContactIsLost: { after: 120s, then: hold }
`;

/** The name inside a plan's text, which is where it is stored; null while there is none. */
export const nameIn = (text: string): string | null =>
  /^\s+name:\s*["']?([a-z0-9][a-z0-9-]*)["']?\s*$/m.exec(text)?.[1] ??
  /metadata:\s*\{[^}]*\bname:\s*["']?([a-z0-9][a-z0-9-]*)/.exec(text)?.[1] ??
  null;
