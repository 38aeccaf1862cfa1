import type { TargetView } from '../../contract/config.ts';
import type { StoredTarget } from '../../data/config/targets.ts';

export const targetView = ({ document, updatedAt, ...target }: StoredTarget): TargetView => ({
  ...document,
  ...target,
  updatedAt: updatedAt.toISOString(),
});
