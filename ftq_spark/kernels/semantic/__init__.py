"""Similar vectors: vectors (products, k-means) → cells → matches; topics are cells of prompts with telling words."""
