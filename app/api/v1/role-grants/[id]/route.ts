import { route } from '#lib/http/route.ts';

export const DELETE = route('DELETE', '/api/v1/role-grants/{id}');
