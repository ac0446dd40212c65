"""What happened: overview, flow, variants, and the models that pm4py mines from them."""
