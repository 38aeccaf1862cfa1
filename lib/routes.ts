/** Every address of the console and of API v1. Nothing else writes one by hand. */
import type { Action } from './domain/release/types.ts';

const API = '/api/v1';
const part = encodeURIComponent;

/** Pages of the console. */
export const routes = {
  now: () => '/',
  releases: (filters: Query = {}) => `/releases${queryText(filters)}`,
  compare: (a: string, b: string) => `/releases/compare${queryText({ a, b })}`,
  release: (id: string, past: Query = {}) => `/releases/${part(id)}${queryText(past)}`,
  releaseEvent: (id: string, sequence: number) => `/releases/${part(id)}#event-${sequence}`,
  reviews: (filters: Query = {}) => `/reviews${queryText(filters)}`,
  review: (id: string) => `/reviews/${part(id)}`,
  reviewPeriods: (filters: Query = {}) => `/reviews/periods${queryText(filters)}`,
  services: () => '/services',
  plans: () => '/plans',
  plan: (name: string) => `/plans/${part(name)}`,
  newPlan: (service?: string) => `/new-plan${queryText({ service })}`,
  insights: (view: Query = {}) => `/insights${queryText(view)}`,
  environments: () => '/environments',
  agents: () => '/agents',
  login: (search: { next?: string; ready?: string } = {}) => `/login${queryText(search)}`,
  setup: (token: string) => `/setup${queryText({ token })}`,
} as const;

/** Paths of API v1. */
export const endpoints = {
  releases: (filters: Query = {}) => `${API}/releases${queryText(filters)}`,
  releaseCompare: (a: string, b: string) => `${API}/releases/compare${queryText({ a, b })}`,
  releaseExport: (filters: Query) => `${API}/releases/export${queryText(filters)}`,
  release: (id: string, past: Query = {}) => `${API}/releases/${part(id)}${queryText(past)}`,
  releaseEvents: (id: string, page: Query = {}) => `${API}/releases/${part(id)}/events${queryText(page)}`,
  releaseSamples: (id: string, span: Query = {}) => `${API}/releases/${part(id)}/samples${queryText(span)}`,
  releaseAnalysis: (id: string) => `${API}/releases/${part(id)}/analysis`,
  releaseWhatIf: (id: string) => `${API}/releases/${part(id)}/what-if`,
  releaseAction: (id: string, action: Action) => `${API}/releases/${part(id)}/${action}`,
  releaseRetrospective: (id: string) => `${API}/releases/${part(id)}/retrospective`,
  releaseFalseAlarm: (id: string) => `${API}/releases/${part(id)}/false-alarm`,
  retrospectives: (filters: Query = {}) => `${API}/retrospectives${queryText(filters)}`,
  retrospective: (id: string) => `${API}/retrospectives/${part(id)}`,
  retrospectiveExport: (id: string, format: 'md' | 'json') =>
    `${API}/retrospectives/${part(id)}/export${queryText({ format })}`,
  retrospectivePart: (id: string, ...parts: string[]) =>
    `${API}/retrospectives/${[id, ...parts].map(part).join('/')}`,
  actionItems: (filters: Query = {}) => `${API}/action-items${queryText(filters)}`,
  actionItem: (id: string) => `${API}/action-items/${part(id)}`,
  reviews: (filters: Query = {}) => `${API}/reviews${queryText(filters)}`,
  reviewsExport: (filters: Query = {}) => `${API}/reviews/export${queryText(filters)}`,
  services: (page: Query = {}) => `${API}/services${queryText(page)}`,
  service: (slug: string) => `${API}/services/${part(slug)}`,
  versions: (service: string, page: Query = {}) =>
    `${API}/services/${part(service)}/versions${queryText(page)}`,
  environments: (page: Query = {}) => `${API}/environments${queryText(page)}`,
  environment: (slug: string) => `${API}/environments/${part(slug)}`,
  freezes: (page: Query = {}) => `${API}/freezes${queryText(page)}`,
  freeze: (slug: string) => `${API}/freezes/${part(slug)}`,
  versionMatrix: () => `${API}/versions/matrix`,
  clusters: (page: Query = {}) => `${API}/clusters${queryText(page)}`,
  cluster: (slug: string) => `${API}/clusters/${part(slug)}`,
  enrolments: (cluster: string) => `${API}/clusters/${part(cluster)}/enrolments`,
  targets: (page: Query = {}) => `${API}/targets${queryText(page)}`,
  plans: (page: Query = {}) => `${API}/plans${queryText(page)}`,
  plan: (name: string) => `${API}/plans/${part(name)}`,
  dora: (scope: Query = {}) => `${API}/dora${queryText(scope)}`,
  doraRows: (scope: Query = {}) => `${API}/dora/rows${queryText(scope)}`,
  doraDistribution: (scope: Query = {}) => `${API}/dora/distribution${queryText(scope)}`,
  doraSettings: () => `${API}/settings/dora`,
  incidents: (page: Query = {}) => `${API}/incidents${queryText(page)}`,
  incidentLinks: (id: string) => `${API}/incidents/${part(id)}/links`,
  incidentWebhook: (slug: string) => `${API}/webhooks/incidents/${part(slug)}`,
  planForecast: (name: string, place: { service: string; environment: string }) =>
    `${API}/plans/${part(name)}/forecast${queryText(place)}`,
  setup: `${API}/setup`,
  planCheck: `${API}/plans/check`,
  agents: (page: Query = {}) => `${API}/agents${queryText(page)}`,
} as const;

export type Query = Record<string, string | number | undefined>;

const queryText = (query: Query): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
};
