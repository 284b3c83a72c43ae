"""HTTP API and web page over one `kg.base.KnowledgeBase`. No logic of its own: it parses, asks and writes."""
