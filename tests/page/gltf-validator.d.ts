/** The part that the tests use of a package that brings no types. */
declare module "gltf-validator" {
  interface Issue {
    code: string;
    message: string;
    /** 0 error, 1 warning, 2 information, 3 hint. */
    severity: number;
    pointer?: string;
  }
  const validator: {
    validateBytes(
      file: Uint8Array,
      options?: { maxIssues?: number },
    ): Promise<{ issues: { messages: Issue[] } }>;
  };
  export default validator;
}
