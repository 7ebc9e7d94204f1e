//! What every function shares: the LastPass client, the report and the web layer.
