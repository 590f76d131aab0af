/// This package will hold neural layers and their state_dict; it is empty so far.
package org.statedict.nn;
