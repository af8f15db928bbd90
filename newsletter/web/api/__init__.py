"""The desk for programs: /api/v1, described by OpenAPI 3.1 at /api/v1/openapi.json."""
