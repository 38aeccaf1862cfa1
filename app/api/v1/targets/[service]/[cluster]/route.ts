import { route } from '#lib/http/route.ts';

export const GET = route('GET', '/api/v1/targets/{service}/{cluster}');
export const PUT = route('PUT', '/api/v1/targets/{service}/{cluster}');
