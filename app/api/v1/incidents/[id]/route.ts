import { route } from '#lib/http/route.ts';

export const GET = route('GET', '/api/v1/incidents/{id}');
export const PATCH = route('PATCH', '/api/v1/incidents/{id}');
