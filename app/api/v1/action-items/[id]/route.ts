import { route } from '#lib/http/route.ts';

export const PUT = route('PUT', '/api/v1/action-items/{id}');
