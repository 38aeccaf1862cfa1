import { route } from '#lib/http/route.ts';

export const GET = route('GET', '/api/v1/releases/{id}/retrospective');
export const POST = route('POST', '/api/v1/releases/{id}/retrospective');
