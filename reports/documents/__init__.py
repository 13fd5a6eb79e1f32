"""The note, the technical notice and the disclosure as documents, each written once and set in every format."""
