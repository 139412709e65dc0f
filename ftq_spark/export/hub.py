"""An export to the Hugging Face Hub, where its client is installed and a token is set."""

from __future__ import annotations

from typing import Any

from ftq_spark.errors import UserError


def client() -> Any:
    """The Hub's client with the user's token.

    Raises:
        UserError: the client is not installed, or there is no token.
    """
    try:
        import huggingface_hub  # noqa: PLC0415  (an optional dependency)
    except ImportError as error:
        raise UserError("--push needs huggingface_hub, which is not installed: pip install huggingface_hub") from error
    token = huggingface_hub.get_token()
    if not token:
        raise UserError("--push needs a token of the Hugging Face Hub: set HF_TOKEN, or run `hf auth login`")
    return huggingface_hub.HfApi(token=token)


def push(api: Any, directory: str, repository: str) -> str:
    """Put the files of a local `directory` into a dataset repository, made private where it is new; its address.

    Raises:
        UserError: the Hub refuses, or cannot be reached.
    """
    try:
        made = api.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
        api.upload_folder(
            repo_id=made.repo_id, repo_type="dataset", folder_path=directory, commit_message="Export of ftq_spark"
        )
    except (OSError, ValueError) as error:  # requests', the Hub's, and those of a name that cannot be one
        raise UserError(f"--push {repository}: {type(error).__name__}: {str(error).splitlines()[0]}") from error
    return f"https://huggingface.co/datasets/{made.repo_id}"
