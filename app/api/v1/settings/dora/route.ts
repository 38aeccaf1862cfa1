import { route } from '#lib/http/route.ts';

export const GET = route('GET', '/api/v1/settings/dora');
export const PUT = route('PUT', '/api/v1/settings/dora');
