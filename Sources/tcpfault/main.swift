print("tcpfault")
