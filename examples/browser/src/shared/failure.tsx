/** What went wrong, and what was lost by it. */
export function Failure({ message }: { readonly message: string }) {
  return (
    <p role="alert" class="failure">
      {message}
    </p>
  );
}
