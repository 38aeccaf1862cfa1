import { route } from '#lib/http/route.ts';

export const GET = route('GET', '/api/v1/role-grants');
export const POST = route('POST', '/api/v1/role-grants');
