import type { Endpoint } from '../endpoint.ts';
import { accessEndpoints } from './access.ts';
import { configEndpoints } from './config.ts';
import { doraEndpoints } from './dora.ts';
import { freezeEndpoints } from './freezes.ts';
import { importEndpoints } from './imports.ts';
import { incidentEndpoints } from './incidents.ts';
import { releaseEndpoints } from './releases.ts';
import { retrospectiveEndpoints } from './retrospectives.ts';
import { reviewEndpoints } from './reviews.ts';
import { sourceEndpoints } from './sources.ts';

/** Every operation of API v1; routes, API document and tests are made from this list. */
export const allEndpoints: readonly Endpoint[] = [
  ...releaseEndpoints,
  ...configEndpoints,
  ...freezeEndpoints,
  ...accessEndpoints,
  ...incidentEndpoints,
  ...doraEndpoints,
  ...importEndpoints,
  ...sourceEndpoints,
  ...retrospectiveEndpoints,
  ...reviewEndpoints,
];
