import { route } from '#lib/http/route.ts';

export const PUT = route('PUT', '/api/v1/retrospectives/{id}/notes/{note}');
export const DELETE = route('DELETE', '/api/v1/retrospectives/{id}/notes/{note}');
