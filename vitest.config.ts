import { defineConfig } from 'vitest/config';

/** Two projects: `unit` needs nothing but Node; `system` starts PostgreSQL, HAProxy and Prometheus. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'lib/**/*.test.ts',
            'agent/src/**/*.test.ts',
            'components/**/*.test.ts',
            'demo/**/*.test.ts',
          ],
          exclude: ['**/*.system.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'system',
          include: ['lib/**/*.system.test.ts', 'agent/src/**/*.system.test.ts', 'demo/**/*.system.test.ts'],
          globalSetup: ['lib/data/testing/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
