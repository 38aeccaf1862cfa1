import { z } from 'zod';
import { planForecastQuerySchema, planForecastSchema } from '../../contract/analysis.ts';
import {
  clusterPutSchema,
  clusterSchema,
  clustersSchema,
  enrolmentSchema,
  environmentPutSchema,
  environmentSchema,
  environmentSchemaPutSchema,
  environmentsSchema,
  planCheckSchema,
  planSchema,
  plansSchema,
  servicePutSchema,
  serviceSchema,
  servicesSchema,
  targetPutSchema,
  targetSchema,
  targetsSchema,
  versionPutSchema,
  versionSchema,
  versionsSchema,
} from '../../contract/config.ts';
import { pageQuerySchema, targetListQuerySchema } from '../../contract/page.ts';
import { createEnrolment } from '../../services/cluster/enrol.ts';
import { getCluster } from '../../services/cluster/get.ts';
import { listClusters } from '../../services/cluster/list.ts';
import { putCluster } from '../../services/cluster/put.ts';
import { getEnvironment } from '../../services/environment/get.ts';
import { listEnvironments } from '../../services/environment/list.ts';
import { putEnvironment } from '../../services/environment/put.ts';
import { reportEnvironmentSchema } from '../../services/environment/report-schema.ts';
import { checkPlan } from '../../services/plan/check.ts';
import { forecastOfPlan } from '../../services/plan/forecast.ts';
import { getPlan } from '../../services/plan/get.ts';
import { listPlans } from '../../services/plan/list.ts';
import { putPlan } from '../../services/plan/put.ts';
import { getService } from '../../services/service/get.ts';
import { listServices } from '../../services/service/list.ts';
import { putService } from '../../services/service/put.ts';
import { getTarget } from '../../services/target/get.ts';
import { listTargets } from '../../services/target/list.ts';
import { putTarget } from '../../services/target/put.ts';
import { listVersions } from '../../services/version/list.ts';
import { putVersion } from '../../services/version/put.ts';
import { created, type Endpoint, ok, put } from '../endpoint.ts';

const api = '/api/v1';
const answersPut = <T extends z.ZodType>(schema: T) => ({ 200: schema, 201: schema });
const empty = z.strictObject({});
/** A plan document is checked by the plan parser, which names every mistake by its path. */
const planDocument = z.record(z.string(), z.unknown());

const serviceEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/services`,
    summary: 'Services',
    tag: 'services',
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: servicesSchema },
    handle: async (ctx, { query }) => ok(await listServices(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'GET',
    path: `${api}/services/{slug}`,
    summary: 'One service',
    tag: 'services',
    permission: 'config:read',
    answers: { 200: serviceSchema },
    handle: async (ctx, { params }) => ok(await getService(ctx, { slug: params.slug ?? '' })),
  },
  {
    method: 'PUT',
    path: `${api}/services/{slug}`,
    summary: 'Declare a service and its metrics',
    tag: 'services',
    permission: 'config:write',
    body: servicePutSchema,
    answers: answersPut(serviceSchema),
    handle: async (ctx, { params, body }) => put(await putService(ctx, { slug: params.slug ?? '', body })),
  },
  {
    method: 'GET',
    path: `${api}/services/{slug}/versions`,
    summary: 'Registered versions of a service, newest first',
    tag: 'versions',
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: versionsSchema },
    handle: async (ctx, { params, query }) =>
      ok(await listVersions(ctx, { ...pageQuerySchema.parse(query), service: params.slug ?? '' })),
  },
  {
    method: 'PUT',
    path: `${api}/services/{slug}/versions/{version}`,
    summary: 'Register an immutable version',
    tag: 'versions',
    permission: 'config:write',
    body: versionPutSchema,
    answers: answersPut(versionSchema),
    handle: async (ctx, { params, body }) =>
      put(await putVersion(ctx, { service: params.slug ?? '', version: params.version ?? '', body })),
  },
];

const placeEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/environments`,
    summary: 'Environments',
    tag: 'environments',
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: environmentsSchema },
    handle: async (ctx, { query }) => ok(await listEnvironments(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'GET',
    path: `${api}/environments/{slug}`,
    summary: 'One environment',
    tag: 'environments',
    permission: 'config:read',
    answers: { 200: environmentSchema },
    handle: async (ctx, { params }) => ok(await getEnvironment(ctx, { slug: params.slug ?? '' })),
  },
  {
    method: 'PUT',
    path: `${api}/environments/{slug}`,
    summary: 'Declare an environment',
    tag: 'environments',
    permission: 'config:write',
    body: environmentPutSchema,
    answers: answersPut(environmentSchema),
    handle: async (ctx, { params, body }) =>
      put(await putEnvironment(ctx, { slug: params.slug ?? '', body })),
  },
  {
    method: 'PUT',
    path: `${api}/environments/{slug}/schema`,
    summary: 'Report the database schema of an environment',
    tag: 'environments',
    permission: 'config:write',
    body: environmentSchemaPutSchema,
    answers: { 200: environmentSchema },
    handle: async (ctx, { params, body }) =>
      ok(await reportEnvironmentSchema(ctx, { slug: params.slug ?? '', body })),
  },
  {
    method: 'GET',
    path: `${api}/clusters`,
    summary: 'Clusters',
    tag: 'clusters',
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: clustersSchema },
    handle: async (ctx, { query }) => ok(await listClusters(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'GET',
    path: `${api}/clusters/{slug}`,
    summary: 'One cluster',
    tag: 'clusters',
    permission: 'config:read',
    answers: { 200: clusterSchema },
    handle: async (ctx, { params }) => ok(await getCluster(ctx, { slug: params.slug ?? '' })),
  },
  {
    method: 'PUT',
    path: `${api}/clusters/{slug}`,
    summary: 'Declare a cluster',
    tag: 'clusters',
    permission: 'config:write',
    body: clusterPutSchema,
    answers: answersPut(clusterSchema),
    handle: async (ctx, { params, body }) => put(await putCluster(ctx, { slug: params.slug ?? '', body })),
  },
  {
    method: 'POST',
    path: `${api}/clusters/{slug}/enrolments`,
    summary: 'A one-time token that enrols an agent, with the command to run',
    tag: 'clusters',
    permission: 'agent:enrol',
    body: empty,
    once: true,
    answers: { 201: enrolmentSchema },
    handle: async (ctx, { params, body }) => {
      empty.parse(body);
      return created(await createEnrolment(ctx, { cluster: params.slug ?? '', origin: ctx.origin }));
    },
  },
  {
    method: 'GET',
    path: `${api}/targets`,
    summary: 'Targets',
    tag: 'targets',
    permission: 'config:read',
    query: targetListQuerySchema,
    answers: { 200: targetsSchema },
    handle: async (ctx, { query }) => ok(await listTargets(ctx, targetListQuerySchema.parse(query))),
  },
  {
    method: 'GET',
    path: `${api}/targets/{service}/{cluster}`,
    summary: 'One target',
    tag: 'targets',
    permission: 'config:read',
    answers: { 200: targetSchema },
    handle: async (ctx, { params }) =>
      ok(await getTarget(ctx, { service: params.service ?? '', cluster: params.cluster ?? '' })),
  },
  {
    method: 'PUT',
    path: `${api}/targets/{service}/{cluster}`,
    summary: 'Declare router, metric source and workload of a service in a cluster',
    tag: 'targets',
    permission: 'config:write',
    body: targetPutSchema,
    answers: answersPut(targetSchema),
    handle: async (ctx, { params, body }) =>
      put(await putTarget(ctx, { service: params.service ?? '', cluster: params.cluster ?? '', body })),
  },
];

const planEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/plans`,
    summary: 'Plans',
    tag: 'plans',
    permission: 'config:read',
    query: pageQuerySchema,
    answers: { 200: plansSchema },
    handle: async (ctx, { query }) => ok(await listPlans(ctx, pageQuerySchema.parse(query))),
  },
  {
    method: 'POST',
    path: `${api}/plans/check`,
    summary: 'Check a plan without storing it',
    tag: 'plans',
    permission: 'config:read',
    body: planDocument,
    answers: { 200: planCheckSchema },
    handle: async (ctx, { body }) => ok(await checkPlan(ctx, { document: body })),
  },
  {
    method: 'GET',
    path: `${api}/plans/{slug}`,
    summary: 'The newest revision of a plan',
    tag: 'plans',
    permission: 'config:read',
    answers: { 200: planSchema },
    handle: async (ctx, { params }) => ok(await getPlan(ctx, { slug: params.slug ?? '' })),
  },
  {
    method: 'GET',
    path: `${api}/plans/{slug}/forecast`,
    summary: 'How long each stage is expected to take with the present traffic of a service',
    tag: 'plans',
    permission: 'config:read',
    query: planForecastQuerySchema,
    answers: { 200: planForecastSchema },
    handle: async (ctx, { params, query }) =>
      ok(await forecastOfPlan(ctx, { ...planForecastQuerySchema.parse(query), slug: params.slug ?? '' })),
  },
  {
    method: 'PUT',
    path: `${api}/plans/{slug}`,
    summary: 'Store a plan; a changed document becomes a new revision',
    tag: 'plans',
    permission: 'config:write',
    body: planDocument,
    answers: answersPut(planSchema),
    handle: async (ctx, { params, body, source }) =>
      put(await putPlan(ctx, { slug: params.slug ?? '', document: body, source })),
  },
];

export const configEndpoints: Endpoint[] = [...serviceEndpoints, ...placeEndpoints, ...planEndpoints];
