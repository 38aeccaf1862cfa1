import { route } from '#lib/http/route.ts';

export const PUT = route('PUT', '/api/v1/releases/{id}/false-alarm');
export const DELETE = route('DELETE', '/api/v1/releases/{id}/false-alarm');
