/// This package will hold optimizers and their state_dict; it is empty so far.
package org.statedict.optim;
