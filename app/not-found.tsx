import Link from 'next/link';
import { Empty, Page } from '#components/ui/page.tsx';
import { routes } from '#lib/routes.ts';

export default function NotFound() {
  return (
    <Page title="Not found">
      <Empty title="There is nothing at this address" action={<Link href={routes.now()}>Go to Now</Link>}>
        The release, plan or page may have another name, or the address may be cut off.
      </Empty>
    </Page>
  );
}
