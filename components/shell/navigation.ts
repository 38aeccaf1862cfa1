import {
  type Icon,
  IconAnchor,
  IconChartHistogram,
  IconListDetails,
  IconNotebook,
  IconRoute,
  IconServer2,
  IconShip,
  IconStack2,
} from '@tabler/icons-react';
import { routes } from '#lib/routes.ts';

export type Destination = { label: string; href: string; icon: Icon; prefixes: string[] };

/** The destinations in the order of the work. */
export const DESTINATIONS: Destination[] = [
  { label: 'Now', href: routes.now(), icon: IconShip, prefixes: [] },
  { label: 'Releases', href: routes.releases(), icon: IconListDetails, prefixes: [routes.releases()] },
  { label: 'Reviews', href: routes.reviews(), icon: IconNotebook, prefixes: [routes.reviews()] },
  { label: 'Services', href: routes.services(), icon: IconServer2, prefixes: [routes.services()] },
  { label: 'Plans', href: routes.plans(), icon: IconRoute, prefixes: [routes.plans(), routes.newPlan()] },
  { label: 'Insights', href: routes.insights(), icon: IconChartHistogram, prefixes: [routes.insights()] },
  {
    label: 'Environments',
    href: routes.environments(),
    icon: IconStack2,
    prefixes: [routes.environments()],
  },
  { label: 'Agents', href: routes.agents(), icon: IconAnchor, prefixes: [routes.agents()] },
];

/** Is `path` this destination or a page below it? */
export const isAt = ({ href, prefixes }: Pick<Destination, 'href' | 'prefixes'>, path: string): boolean =>
  path === href || prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
