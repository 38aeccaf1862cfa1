'use client';

import { TagsInput } from '@mantine/core';
import { useState } from 'react';
import type { RetrospectiveView } from '#lib/contract/retrospective.ts';
import { FACTOR_TAGS } from '#lib/domain/retrospective/checklist.ts';
import { Section } from '../ui/page.tsx';
import { Editable, TextForm } from './editable.tsx';
import { Markdown } from './markdown.tsx';
import classes from './reviews.module.css';
import { type Changing, partsOf } from './use-change.ts';

/** What contributed: several, tagged so that they can be counted over a quarter. */
export const Factors = ({ view, change }: { view: RetrospectiveView; change: Changing }) => {
  const parts = partsOf(view.id);
  const [tags, setTags] = useState<string[]>([]);
  return (
    <Section id="factors" title="Contributing factors" note="rarely one, never a person">
      {view.factors.length === 0 && <p className={classes.quiet}>None is named yet.</p>}
      <ul className={classes.list}>
        {view.factors.map((factor) => (
          <li key={factor.id}>
            <Editable
              label="factor"
              source={factor.source}
              editable={view.editable}
              onSave={(text) =>
                change.mutateAsync({
                  path: parts.factor(factor.id),
                  method: 'PUT',
                  body: { text, tags: factor.tags, expectedVersion: factor.version },
                })
              }
              onRemove={() => change.mutateAsync({ path: parts.factor(factor.id), method: 'DELETE' })}
            >
              <Markdown text={factor.text} />
              {factor.tags.map((tag) => (
                <span key={tag} className={classes.tag}>
                  {tag}
                </span>
              ))}
            </Editable>
          </li>
        ))}
      </ul>
      {view.editable && (
        <div className={classes.noPrint}>
          <TextForm
            label="What contributed"
            save="Add the factor"
            onSave={(text) =>
              change
                .mutateAsync({ path: parts.factors, method: 'POST', body: { text, tags } })
                .then(() => setTags([]))
            }
          >
            <TagsInput
              aria-label="Tags"
              placeholder="Tags"
              size="sm"
              data={[...FACTOR_TAGS]}
              value={tags}
              onChange={(given) =>
                setTags(
                  given.map((tag) =>
                    tag
                      .trim()
                      .toLowerCase()
                      .replace(/[^a-z0-9]+/g, '-'),
                  ),
                )
              }
            />
          </TextForm>
        </div>
      )}
    </Section>
  );
};
