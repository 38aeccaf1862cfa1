import type { Driver } from './drivers/driver.ts';
import type { MetricSource } from './metrics/source.ts';
import type { TargetConfig } from './protocol.ts';
import type { AllowedCommands } from './workload/allowed-commands.ts';
import type { Workload } from './workload/workload.ts';

/** How the drivers of a target document are made; the composition root names the real ones. */
export type Parts = {
  /** Throws with the field's path when the section is wrong. */
  driver(config: TargetConfig): Driver;
  source(config: TargetConfig): MetricSource;
  workload(config: TargetConfig, allowed: AllowedCommands): Workload;
  /** Everything the router and source sections would open: `unix:`, `tcp:`, `http(s):` addresses. */
  routerAddresses(config: TargetConfig): string[];
  sourceAddresses(config: TargetConfig): string[];
  /** Files of this machine that the source would read. */
  sourceFiles(config: TargetConfig): string[];
};

/** What one target document turns into. */
export type OpenParts = { driver: Driver; source: MetricSource; workload: Workload };
