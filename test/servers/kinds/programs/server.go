// Go's own HTTP/2 server: prints the path of each request when it is complete, takes a few milliseconds, and answers 200.
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	address, certPath, keyPath, version := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	highest := uint16(tls.VersionTLS13)
	if version == "1.2" {
		highest = tls.VersionTLS12
	}
	server := &http.Server{
		Addr:      address,
		TLSConfig: &tls.Config{MaxVersion: highest},
		Handler: http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			io.Copy(io.Discard, request.Body)
			fmt.Println(request.URL.Path)
			time.Sleep(10 * time.Millisecond)
			writer.WriteHeader(200)
		}),
	}
	ended := make(chan struct{})
	go func() {
		leave := make(chan os.Signal, 1)
		signal.Notify(leave, syscall.SIGTERM)
		<-leave
		patience, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		server.Shutdown(patience)
		close(ended)
	}()
	if error := server.ListenAndServeTLS(certPath, keyPath); error != http.ErrServerClosed {
		fmt.Fprintln(os.Stderr, error)
		os.Exit(1)
	}
	<-ended
}
