import Renderer from 'react-markdown';
import classes from './reviews.module.css';

/**
 * Markdown that people wrote. HTML in it is shown as text, pictures are links (loading one would tell a stranger who
 * reads), and links lead to http, https or mail only.
 */
export const Markdown = ({ text }: { text: string }) => (
  <div className={classes.markdown}>
    <Renderer components={COMPONENTS} urlTransform={safeAddress}>
      {text}
    </Renderer>
  </div>
);

/** The address when a browser may be sent there, else nothing. */
export const safeAddress = (address: string): string =>
  /^(?:https?:\/\/|mailto:|#)/i.test(address.trim()) ? address.trim() : '';

const COMPONENTS: Parameters<typeof Renderer>[0]['components'] = {
  a: ({ href, children }) =>
    href ? (
      <a href={href} rel="noreferrer nofollow ugc" target={href.startsWith('#') ? undefined : '_blank'}>
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  img: ({ src, alt }) =>
    typeof src === 'string' && src !== '' ? (
      <a href={src} rel="noreferrer nofollow ugc" target="_blank">
        {alt || 'picture'}
      </a>
    ) : (
      <span>{alt}</span>
    ),
  h1: ({ children }) => <h4>{children}</h4>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h4>{children}</h4>,
};
