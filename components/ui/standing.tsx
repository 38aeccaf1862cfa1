import { Shape, type ShapeName } from './shape.tsx';
import classes from './standing.module.css';

/** What a sign says: a tone for colour, a shape, and the word that counts. */
export type Sign = {
  tone: 'pass' | 'hold' | 'fail' | 'unknown' | 'plain';
  shape: ShapeName;
  word: string;
};

/** Word and shape of a verdict or state; `badge` puts it on a wash. */
export const Standing = ({
  sign,
  badge = false,
  size = 'md',
}: {
  sign: Sign;
  badge?: boolean;
  size?: 'sm' | 'md' | 'lg';
}) => (
  <span className={classes.standing} data-tone={sign.tone} data-badge={badge || undefined} data-size={size}>
    <Shape name={sign.shape} size={size === 'lg' ? 20 : 16} />
    <span>{sign.word}</span>
  </span>
);
