import type { MetadataRoute } from 'next';

export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'Slipway',
    short_name: 'Slipway',
    description: 'Lets releases into traffic step by step.',
    start_url: '/',
    display: 'standalone',
    background_color: '#f4f5f2',
    theme_color: '#14191c',
    icons: [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }],
  };
}
