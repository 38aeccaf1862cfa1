'use client';

import { yaml } from '@codemirror/lang-yaml';
import CodeMirror, { EditorView } from '@uiw/react-codemirror';
import { useShownScheme } from '../ui/use-shown-scheme.ts';

/** Text with YAML's colours. Tab leaves the editor, as it leaves any field. */
export const YamlEditor = ({
  value,
  readOnly,
  onChange,
}: {
  value: string;
  readOnly: boolean;
  onChange: (value: string) => void;
}) => {
  const scheme = useShownScheme();
  return (
    <CodeMirror
      value={value}
      readOnly={readOnly}
      onChange={onChange}
      extensions={EXTENSIONS}
      theme={scheme}
      indentWithTab={false}
      minHeight="30rem"
      basicSetup={SETUP}
    />
  );
};

const EXTENSIONS = [
  yaml(),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': 'Plan as YAML' }),
];

const SETUP = {
  foldGutter: false,
  highlightActiveLine: false,
  highlightActiveLineGutter: false,
  autocompletion: false,
};
