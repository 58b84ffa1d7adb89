import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Import zones: app > features > components > api; a feature reaches another one through its api or model only. */
const zone = (files, ...patterns) => ({
  files,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] },
});
const notApp = { group: ["@/app/**"], message: "Only main.tsx and app/ know app/." };
const notFeatures = { group: ["@/features/**"], message: "Features build on this folder, not the other way round." };
const foreignParts = {
  group: ["@/features/*/components/**"],
  message: "Inside a feature use relative paths; of another feature use its api or model.",
};
const plain = "A model is plain code without React, DOM or wire.";
const pure = { group: ["react", "react-dom", "react-router", "@mantine/**", "@tanstack/**", "@/api/client"], message: plain };
const pureToo = { regex: "^@/components/(?!.*model/)", message: plain };

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.ts"] },
  ...tseslint.configs.strict,
  reactHooks.configs.flat.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-invalid-void-type": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
    },
  },
  { files: ["eslint.config.js"], ...tseslint.configs.disableTypeChecked },
  zone(["src/api/**"], notApp, notFeatures, { group: ["@/components/**", "@mantine/**"], message: "The wire shows nothing." }),
  zone(["src/components/**"], notApp, notFeatures),
  zone(["src/features/**"], notApp, foreignParts),
  zone(["src/features/*/model/**", "src/components/**/model/**"], notApp, foreignParts, pure, pureToo),
);
