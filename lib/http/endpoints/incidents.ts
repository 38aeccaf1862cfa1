import {
  incidentChangeSchema,
  incidentCreateSchema,
  incidentListQuerySchema,
  incidentSchema,
  incidentsSchema,
  linkDecisionSchema,
} from '../../contract/incident.ts';
import { changeIncident } from '../../services/incident/change.ts';
import { createIncident } from '../../services/incident/create.ts';
import { decideLink } from '../../services/incident/decide-link.ts';
import { getIncident } from '../../services/incident/get.ts';
import { listIncidents } from '../../services/incident/list.ts';
import { created, type Endpoint, ok, put } from '../endpoint.ts';

const api = '/api/v1';

export const incidentEndpoints: Endpoint[] = [
  {
    method: 'GET',
    path: `${api}/incidents`,
    summary: 'Incidents, those that began last first',
    tag: 'incidents',
    permission: 'config:read',
    query: incidentListQuerySchema,
    answers: { 200: incidentsSchema },
    handle: async (ctx, { query }) => ok(await listIncidents(ctx, query)),
  },
  {
    method: 'POST',
    path: `${api}/incidents`,
    summary: 'Report an incident',
    tag: 'incidents',
    permission: 'release:act',
    body: incidentCreateSchema,
    answers: { 200: incidentSchema, 201: incidentSchema },
    handle: async (ctx, { body }) => put(await createIncident(ctx, body)),
  },
  {
    method: 'GET',
    path: `${api}/incidents/{id}`,
    summary: 'One incident, with its links and what people said about them',
    tag: 'incidents',
    permission: 'config:read',
    answers: { 200: incidentSchema },
    handle: async (ctx, { params }) => ok(await getIncident(ctx, { id: params.id ?? '' })),
  },
  {
    method: 'PATCH',
    path: `${api}/incidents/{id}`,
    summary: 'Change an incident, or resolve it; what is left out stays',
    tag: 'incidents',
    permission: 'release:act',
    body: incidentChangeSchema,
    answers: { 200: incidentSchema },
    handle: async (ctx, { params, body }) => ok(await changeIncident(ctx, { id: params.id ?? '', body })),
  },
  {
    method: 'POST',
    path: `${api}/incidents/{id}/links`,
    summary: 'Confirm, change or reject which deployment caused an incident',
    tag: 'incidents',
    permission: 'release:act',
    body: linkDecisionSchema,
    answers: { 201: incidentSchema },
    handle: async (ctx, { params, body }) => created(await decideLink(ctx, { id: params.id ?? '', body })),
  },
];
