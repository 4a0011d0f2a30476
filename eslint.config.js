import tseslint from 'typescript-eslint'

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/*.generated.ts',
      'packages/*/wasm/kernels/**',
      '**/out/**',
      '**/dist/**',
      'training/**',
      'docs/site/pages/**',
      'docs/site/.vitepress/{cache,.temp}/**',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "CallExpression[callee.property.name='scope'] > ArrowFunctionExpression[params.length=0]",
          message: 'a scope has an engine of its own: what is made on another is not freed with it',
        },
      ],
    },
  },
  {
    files: [
      'apps/**',
      'scripts/**',
      'bench/**',
      'deploy/**',
      'examples/**',
      'test/static/prove.ts',
      'test/packages/**',
    ],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.test.ts', 'test/**'], rules: { 'max-lines': ['error', 600] } },
)
