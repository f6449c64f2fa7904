print("tcpfault-run")
