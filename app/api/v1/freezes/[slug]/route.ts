import { route } from '#lib/http/route.ts';

export const GET = route('GET', '/api/v1/freezes/{slug}');
export const PUT = route('PUT', '/api/v1/freezes/{slug}');
export const DELETE = route('DELETE', '/api/v1/freezes/{slug}');
