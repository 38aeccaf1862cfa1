import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Markdown, safeAddress } from './markdown.tsx';

const rendered = (text: string): string => renderToStaticMarkup(createElement(Markdown, { text }));

/** Elements and attributes of what was rendered; text is no element, whatever it looks like. */
const tagsOf = (html: string): string[] => [...html.matchAll(/<([a-z][^>]*)>/gi)].map(([, tag]) => tag ?? '');

const ALLOWED =
  /^(?:div|p|a|em|strong|code|pre|ul|ol|li|blockquote|h[4-6]|hr|br|span)(?: (?:class|rel|target|start)="[^"<>]*"| href="(?:https?:\/\/|mailto:|#)[^"<>]*")*\/?$/;

const ATTACKS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<math><mi xlink:href="data:x,<script>alert(1)</script>">',
  '<details open ontoggle=alert(1)>',
  '<style>*{background:url(//x)}</style>',
  '<form action="//x"><input name=p></form>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](java&#10;script:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](//evil.example/x)',
  '[x](/api/v1/tokens)',
  '[x](blob:https://a/b)',
  '[x](file:///etc/passwd)',
  '<javascript:alert(1)>',
  '<https://a.example/"onmouseover="alert(1)>',
  '[x](https://a.example "onmouseover=alert(1)")',
  '[x]: javascript:alert(1)\n\n[x]',
  '![x](javascript:alert(1))',
  '![x](https://tracker.example/pixel.png)',
  '![x" onerror="alert(1)](https://a.example/x.png)',
  '![x](data:image/svg+xml,<svg/onload=alert(1)>)',
  '`<img src=x onerror=alert(1)>`',
  '```html"><img src=x onerror=alert(1)>\nx\n```',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[><script>alert(1)</script>]]>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '# <b onclick=alert(1)>x</b>',
  '| <img src=x onerror=alert(1)> |\n| --- |',
  '"><script>alert(1)</script>',
  "'-alert(1)-'",
];

describe('Markdown that people write', () => {
  it.each(ATTACKS)('lets nothing but harmless elements and addresses through: %s', (attack) => {
    for (const text of [attack, `- ${attack}`, `> ${attack}`, `*${attack}*`, `a ${attack} b\n\n${attack}`])
      for (const tag of tagsOf(rendered(text)).filter((found) => !found.startsWith('/')))
        expect(tag).toMatch(ALLOWED);
  });

  it('keeps what is harmless', () => {
    expect(rendered('**bold** and [text](https://a.example/x?y=1)')).toContain('<strong>bold</strong>');
    expect(rendered('[text](https://a.example/x)')).toContain(
      '<a href="https://a.example/x" rel="noreferrer nofollow ugc" target="_blank">text</a>',
    );
  });

  it('shows HTML as the text it is', () => {
    expect(rendered('<b>not bold</b>')).toContain('&lt;b&gt;not bold&lt;/b&gt;');
  });

  it('loads no picture, which would tell a stranger who reads', () => {
    expect(rendered('![graph](https://a.example/g.png)')).not.toContain('<img');
  });

  it.each(['javascript:x', 'data:x', '//x', '/x', 'x', ' javascript:x', 'ftp://x'])(
    'sends no browser to %s',
    (address) => {
      expect(safeAddress(address)).toBe('');
    },
  );
});
