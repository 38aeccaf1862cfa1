export * from './answer.ts';
export * from './deliveries.ts';
export * from './facts.ts';
export * from './local-days.ts';
export * from './types.ts';
